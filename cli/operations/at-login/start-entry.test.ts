import {expect, test} from 'vitest'
import {cronLine, keptEnvironment, launchdPlist, type StartEntry, systemdUnit, unitFile} from './start-entry.ts'

const plain: StartEntry = {
  target: 'local',
  node: '/usr/bin/node',
  script: '/usr/lib/node_modules/todo5/bin/run.js',
  optionsFile: '/home/ada/.local/state/todo5/at-login-local.json',
  env: {PATH: '/usr/bin:/bin'},
}
const odd: StartEntry = {
  target: 'host',
  node: `/home/$a "b"/.nvm/100%/node`,
  script: '/home/a $HOME/todo5 & <co>/bin/run.js',
  optionsFile: String.raw`/home/a\b/at-login-host.json`,
  env: {TODO5_HOME: `/mnt/my 'disk' 5%`, TZ: 'Europe/Berlin'},
}

test('a unit of systemd for a user', () => {
  expect(systemdUnit(plain, 'user')).toBe(`# Written by todo5 up --at-login; todo5 up --no-at-login removes it.
[Unit]
Description=todo5 (local)

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=600
TimeoutStopSec=200
Environment="PATH=/usr/bin:/bin"
ExecStart="/usr/bin/node" "/usr/lib/node_modules/todo5/bin/run.js" "up" "local" "--options-file" "/home/ada/.local/state/todo5/at-login-local.json"
ExecStop="/usr/bin/node" "/usr/lib/node_modules/todo5/bin/run.js" "down" "local"

[Install]
WantedBy=default.target
`)
})

test('of the system, with whatever a path may hold', () => {
  const unit = systemdUnit(odd, 'system')
  expect(unit).toContain('After=network-online.target\n')
  expect(unit).toContain('WantedBy=multi-user.target\n')
  expect(unit).toContain(`Environment="TODO5_HOME=/mnt/my 'disk' 5%%"\nEnvironment="TZ=Europe/Berlin"\n`)
  expect(unit).toContain(
    String.raw`ExecStart="/home/$$a \"b\"/.nvm/100%%/node" "/home/a $$HOME/todo5 & <co>/bin/run.js" "up" "host" "--options-file" "/home/a\\b/at-login-host.json"`,
  )
})

test('a job of launchd', () => {
  const plist = launchdPlist(odd, 'todo5.host', '/tmp/log')
  expect(plist).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <!-- Written by todo5 up --at-login; todo5 up --no-at-login removes it. -->
    <plist version="1.0">
    <dict>
      <key>Label</key>
      <string>todo5.host</string>
      <key>ProgramArguments</key>
      <array>
        <string>/home/$a &quot;b&quot;/.nvm/100%/node</string>
        <string>/home/a $HOME/todo5 &amp; &lt;co&gt;/bin/run.js</string>
        <string>up</string>
        <string>host</string>
        <string>--options-file</string>
        <string>/home/a\\b/at-login-host.json</string>
      </array>
      <key>EnvironmentVariables</key>
      <dict>
        <key>TODO5_HOME</key>
        <string>/mnt/my 'disk' 5%</string>
        <key>TZ</key>
        <string>Europe/Berlin</string>
      </dict>
      <key>RunAtLoad</key>
      <true/>
      <key>AbandonProcessGroup</key>
      <true/>
      <key>StandardErrorPath</key>
      <string>/tmp/log</string>
    </dict>
    </plist>
    "
  `)
})

test('a line for cron', () => {
  expect(cronLine(plain)).toBe('@reboot /usr/bin/node /usr/lib/node_modules/todo5/bin/run.js up local')
  expect(cronLine(odd)).toBe(
    String.raw`@reboot TODO5_HOME='/mnt/my '\''disk'\'' 5\%' TZ=Europe/Berlin '/home/$a "b"/.nvm/100\%/node' '/home/a $HOME/todo5 & <co>/bin/run.js' up host`,
  )
})

test('only what says where things lie is kept of the environment, and no secret', () => {
  const env = {PATH: '/bin', XDG_DATA_HOME: '/d', TODO5_DATABASE_URL: 'postgres://u:p@h/d', TODO5_API_KEY: 'k', TZ: ''}
  expect(keptEnvironment(env)).toEqual({PATH: '/bin', XDG_DATA_HOME: '/d'})
})

test.each([
  ['linux', false, '/c/systemd/user/todo5-local.service'],
  ['linux', true, '/etc/systemd/system/todo5-local.service'],
  ['darwin', false, '/h/Library/LaunchAgents/todo5.local.plist'],
  ['darwin', true, '/Library/LaunchDaemons/todo5.local.plist'],
] as const)('the file on %s, as root: %s', (platform, root, file) => {
  expect(unitFile('local', {platform, root, home: '/h', config: '/c'})).toBe(file)
})
