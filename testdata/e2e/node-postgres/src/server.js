import Fastify from 'fastify'
import pg from 'pg'

if (!process.env.DATABASE_URL) {
  console.error('DATABASE_URL is not set')
  process.exit(1)
}

const db = new pg.Pool({ connectionString: process.env.DATABASE_URL })
await db.query('create table if not exists items (id serial primary key, name text not null, amount int not null)')

const app = Fastify({ logger: true })

app.get('/items', async () => (await db.query('select * from items order by id')).rows)

app.post('/items', async (request, reply) => {
  const { name, amount } = request.body
  const { rows } = await db.query('insert into items (name, amount) values ($1, $2) returning *', [name, amount])
  return reply.code(201).send(rows[0])
})

app.get('/health', async () => {
  await db.query('select 1')
  return { status: 'ok' }
})

process.once('SIGTERM', async () => {
  await app.close()
  await db.end()
})

await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT ?? 3000) })
