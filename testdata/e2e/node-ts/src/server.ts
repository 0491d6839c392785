import express from 'express'
import { scale, type Ingredient } from './scale'

const bread: Ingredient[] = [
  { name: 'flour', grams: 500 },
  { name: 'water', grams: 350 },
  { name: 'salt', grams: 10 },
]

const app = express()
const port = parseInt(process.env.PORT || '8000', 10)

app.get('/bread', (req, res) => {
  res.json(scale(bread, 1, Number(req.query.loaves ?? 1)))
})
app.get('/health', (_req, res) => {
  res.json({ ok: true })
})

app.listen(port, '0.0.0.0', () => {
  console.log(`listening on ${port}`)
})
