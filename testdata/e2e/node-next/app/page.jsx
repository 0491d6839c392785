const books = ['A winter in the hills', 'The clockmaker', 'Salt and iron']

export default function Page() {
  return (
    <main>
      <h1>Book swap</h1>
      <ul>{books.map(book => <li key={book}>{book}</li>)}</ul>
    </main>
  )
}
