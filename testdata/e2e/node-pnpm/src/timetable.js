const lines = { north: ['08:00', '12:00', '18:30'], south: ['09:15', '15:45'] }

export const next = line => lines[line]?.[0]
