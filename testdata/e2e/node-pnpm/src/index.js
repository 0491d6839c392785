import Fastify from 'fastify'
import { next } from './timetable.js'

const app = Fastify({ logger: true })

app.get('/', async () => ({ ferries: ['north', 'south'] }))
app.get('/next/:line', async (request, reply) => {
  const at = next(request.params.line)
  if (!at) return reply.code(404).send({ error: 'no such line' })
  return { line: request.params.line, at }
})
app.get('/health', async () => ({ status: 'ok' }))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await app.close()
    process.exit(0)
  })
}

await app.listen({ host: process.env.HOST ?? '0.0.0.0', port: Number(process.env.PORT ?? 4000) })
