-- The buildings a device hung in before, the latest first: what it is told when it is asked to follow, however many moves it slept through.
alter table device add column moved_from uuid[] not null default '{}';
-- A batch of codes is for one building; one of before this was noted is made anew.
alter table qr_batch add column building_id uuid;
