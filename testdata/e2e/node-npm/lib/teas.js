'use strict'

const teas = [
  { name: 'sencha', minutes: 2 },
  { name: 'assam', minutes: 4 },
  { name: 'rooibos', minutes: 7 }
]

exports.teas = teas
exports.find = name => teas.find(tea => tea.name === name)
