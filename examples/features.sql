-- The five pictures most similar to one of them; run with: duckdb < features.sql
select other.path, other.label, list_cosine_similarity(one.embedding, other.embedding) as cosine
from 'features.parquet' as one, 'features.parquet' as other
where one.path = (select min(path) from 'features.parquet')
order by cosine desc limit 5;
