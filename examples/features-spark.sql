-- The five pictures most similar to one of them; run with: spark-sql -f features-spark.sql
select other.path, other.label,
  aggregate(zip_with(one.embedding, other.embedding, (a, b) -> a * b), 0D, (sum, x) -> sum + x)
    / sqrt(aggregate(one.embedding, 0D, (sum, a) -> sum + a * a)
      * aggregate(other.embedding, 0D, (sum, b) -> sum + b * b)) as cosine
from parquet.`features.parquet` as one cross join parquet.`features.parquet` as other
where one.path = (select min(path) from parquet.`features.parquet`)
order by cosine desc limit 5;
