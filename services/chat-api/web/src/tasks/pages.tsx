export const TodayPage = () => (
  <div className="page">
    <h1>Today</h1>
  </div>
)

export const UpcomingPage = () => (
  <div className="page">
    <h1>Upcoming</h1>
  </div>
)

export const AllPage = () => (
  <div className="page">
    <h1>All tasks</h1>
  </div>
)
