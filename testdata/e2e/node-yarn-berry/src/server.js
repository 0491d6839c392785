import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const links = new Map([['docs', '/documentation'], ['home', '/']])

const app = new Hono()
app.get('/', c => c.json(Object.fromEntries(links)))
app.get('/go/:name', c => {
  const to = links.get(c.req.param('name'))
  return to ? c.redirect(to) : c.text('no such link', 404)
})
app.get('/healthz', c => c.text('ok'))

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT) || 3000 }, info => {
  console.log(`listening on ${info.port}`)
})
process.on('SIGTERM', () => server.close())
