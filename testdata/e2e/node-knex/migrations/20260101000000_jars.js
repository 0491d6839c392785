export const up = (db) => db.schema.createTable('jars', (table) => {
  table.increments()
  table.string('fruit').notNullable()
})

export const down = (db) => db.schema.dropTable('jars')
