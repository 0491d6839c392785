'use strict'

const express = require('express')
const { teas, find } = require('./lib/teas')

const app = express()
app.use(express.json())

app.get('/', (req, res) => res.json(teas))
app.get('/teas/:name', (req, res) => {
  const tea = find(req.params.name)
  if (!tea) return res.status(404).json({ error: 'no such tea' })
  res.json(tea)
})
app.get('/healthz', (req, res) => res.send('ok'))

const port = process.env.PORT || 3000
const server = app.listen(port, () => console.log(`listening on ${port}`))

process.on('SIGTERM', () => server.close(() => process.exit(0)))
