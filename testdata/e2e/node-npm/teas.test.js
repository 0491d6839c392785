'use strict'

const test = require('node:test')
const assert = require('node:assert')
const { find } = require('./lib/teas')

test('finds a tea by its name', () => {
  assert.equal(find('assam').minutes, 4)
  assert.equal(find('cocoa'), undefined)
})
