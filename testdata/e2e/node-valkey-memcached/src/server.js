import Fastify from 'fastify'
import Valkey from 'iovalkey'
import memjs from 'memjs'

const store = new Valkey(process.env.VALKEY_URL)
const cache = memjs.Client.create(process.env.MEMCACHED_SERVERS)
const app = Fastify({ logger: true })

app.post('/scores', async (request, reply) => {
  const { player, points } = request.body
  await store.zadd('scores', points, player)
  await cache.delete('best')
  return reply.code(201).send({ player, points })
})

// The best player stands in the store; the second question is answered by the cache.
app.get('/best', async () => {
  const { value } = await cache.get('best')
  if (value) return { best: value.toString(), from: 'cache' }
  const [best] = await store.zrevrange('scores', 0, 0)
  await cache.set('best', best ?? 'nobody', { expires: 60 })
  return { best: best ?? 'nobody', from: 'store' }
})

app.get('/health', async () => ({ status: await store.ping() }))

process.once('SIGTERM', async () => {
  await app.close()
  store.disconnect()
  cache.quit()
})

await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT ?? 3000) })
