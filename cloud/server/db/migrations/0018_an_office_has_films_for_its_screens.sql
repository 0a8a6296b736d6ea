-- Films lie beside the pictures, in the same library and under the same quota. How long one plays is known from its frames, never from what its file says.
alter table media drop constraint media_type_check;
alter table media add constraint media_type_check check (type in ('image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/webm'));
alter table media add column duration_ms integer check (duration_ms > 0);
alter table media add constraint media_films_play check ((type like 'video/%') = (duration_ms is not null));
