import {Ellipsis} from 'lucide-react'
import {useEffect, useState} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {navigate} from '../shell/router.ts'
import {whenConnected} from '../shell/when-connected.ts'
import {IconButton} from '../ui/button.tsx'
import type {Menu} from '../ui/menu.tsx'
import {closeTask, deleteTask, snoozeTask} from './task-actions.ts'

/** How long a reminder can be put off with one press. */
export const SNOOZES = [
  {seconds: 600, words: '10 minutes'},
  {seconds: 3600, words: '1 hour'},
  {seconds: 86_400, words: '1 day'},
] as const

interface MenuModule {
  readonly Menu: typeof Menu
}
let menuModule: MenuModule | undefined
let loading: Promise<MenuModule> | undefined
const loadMenu = async (): Promise<MenuModule> => {
  loading ??= whenConnected(async () => import('../ui/menu.tsx')).then((loaded) => (menuModule = loaded))
  return loading
}
/** After the first rows stand there: menus are a fifth of all that the app loads. */
const IDLE_MS = 400

function useMenu(): MenuModule | undefined {
  const [module, setModule] = useState(menuModule)
  useEffect(() => {
    if (module) return
    const timer = setTimeout(() => void loadMenu().then(setModule), IDLE_MS)
    return () => clearTimeout(timer)
  }, [module])
  return module
}

export function RowActions({task}: {readonly task: TaskResponse}) {
  const menu = useMenu()
  const label = `More for ${task.title}`
  const actions = [
    {id: 'open', label: 'Open', run: () => navigate(`/tasks/${task.id}`)},
    ...(task.series_id === null ? [] : [{id: 'skip', label: 'Skip this one', run: () => void closeTask(task, 'skip')}]),
    ...SNOOZES.map(({seconds, words}) => ({
      id: `snooze ${seconds}`,
      label: `Remind in ${words}`,
      run: () => void snoozeTask(task, seconds, words),
    })),
    {id: 'delete', label: 'Delete', run: () => void deleteTask(task), isDanger: true},
  ]
  const [isPressed, setPressed] = useState(false)
  return (
    <span className="row-actions">
      {menu ? (
        <menu.Menu label={label} actions={actions} isOpenAtOnce={isPressed}>
          <IconButton icon={Ellipsis} label={label} />
        </menu.Menu>
      ) : (
        <IconButton icon={Ellipsis} label={label} onPress={() => setPressed(true)} />
      )}
    </span>
  )
}
