import {Link} from './link.tsx'

export const NotFound = () => (
  <div className="page">
    <h1>There is nothing here</h1>
    <p>
      The address leads to no page. <Link href="/">Go to Today</Link>
    </p>
  </div>
)
