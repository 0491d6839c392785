import Fastify from 'fastify'
import knex from 'knex'
import config from '../knexfile.js'

const db = knex(config)
const app = Fastify({ logger: true })

app.get('/jars', async () => db('jars').select('fruit').orderBy('id'))

app.post('/jars', async (request, reply) => {
  const [jar] = await db('jars').insert({ fruit: request.body.fruit }).returning('*')
  return reply.code(201).send(jar)
})

app.get('/health', async () => {
  await db('jars').count()
  return { status: 'ok' }
})

process.once('SIGTERM', async () => {
  await app.close()
  await db.destroy()
})

await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT ?? 3000) })
