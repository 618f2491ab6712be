-- What a server tells its monitoring of the database: how far it is migrated, and how many are signed in. Numbers only.

create function api.numbers() returns table (schema_version bigint, user_sessions bigint, operator_sessions bigint)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
  return query
    select api.schema_version(), count(s.user_id), count(s.operator_id)
    from sessions s
    where s.expires_at > now();
end
$$;
