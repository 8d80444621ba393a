create or replace function raw_record(columns text[], places int[], words jsonb, codes bytea, line text, ordinal int, records int)
returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(columns[p.position], case
    when p.place > 0 then coalesce(f.own[p.place], '')
    else words #>> array[p.position::text, packed_code(codes, p.place, ordinal, records)::text] end), '{}')
  from (select string_to_array(line, E'\x1f') as own) f cross join unnest(places) with ordinality as p (place, position)
$$;

create or replace function cleansed_record(layout jsonb, words jsonb, codes bytea, line text, places int[], raw_codes bytea, raw_line text, ordinal int, records int)
returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(v.name, case v.kind
    when 'text' then to_jsonb(v.said) when 'list' then to_jsonb(string_to_array(v.said, E'\x1d')) else v.said::jsonb end), '{}')
  from (
    select e.name, e.kind, case
      when e.value is not null then nullif(f.own[e.value], '')
      when e.code is not null then words #>> array[e.name, packed_code(codes, e.code, ordinal, records)::text]
      when places[e.raw] < 0 then words #>> array[e.name, packed_code(raw_codes, places[e.raw], ordinal, records)::text]
      when words -> e.name ? f.raw[places[e.raw]] then words -> e.name ->> f.raw[places[e.raw]]
      else nullif(f.raw[places[e.raw]], '') end as said
    from (select string_to_array(line, E'\x1f') as own, string_to_array(raw_line, E'\x1f') as raw) f
    cross join jsonb_to_recordset(layout) as e (name text, kind text, value int, code int, raw int)) v
  where v.said is not null
$$;
