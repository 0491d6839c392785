import { useState } from 'react'

const tides = { high: '04:12', low: '10:31' }

export function App() {
  const [which, setWhich] = useState('high')
  return (
    <main>
      <h1>Tide clock</h1>
      <button onClick={() => setWhich(which === 'high' ? 'low' : 'high')}>{which}: {tides[which]}</button>
      <p>{import.meta.env.VITE_HARBOUR ?? 'No harbour'}</p>
    </main>
  )
}
