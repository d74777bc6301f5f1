-- Group roles of todo5, one per service, without login; each installation makes its own login roles as members of these.
-- Roles belong to the whole server, so several databases on one server share them; run as often as you like.
do $$
declare
  r text;
begin
  foreach r in array array['todo5_owner', 'todo5_task', 'todo5_recurring', 'todo5_notification', 'todo5_audit', 'todo5_chat', 'todo5_bus'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then
      null; -- there already, or another migrator was faster
    end;
  end loop;
end $$;
