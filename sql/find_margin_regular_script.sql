-- Prints the margins of the classifieds created between two moments (UTC; the second is not in it), by
-- ad_type and by payment_type, told apart as the procedures do (Free is not free). Needs margin_func
-- (find_margin_stored_function.sql); changes nothing.
--
--   mysql mtdataengineer < sql/find_margin_regular_script.sql
--   streamworker sql apply -c config/classifieds.yaml sql/find_margin_regular_script.sql

SET @margin_from = CAST('2019-05-01 00:00:00' AS DATETIME(6));
SET @margin_to   = CAST('2030-01-01 00:00:00' AS DATETIME(6));

SELECT
  one.value AS ad_type,
  COUNT(*) AS classifieds,
  SUM(one.margin) AS margin,
  ROUND(CAST(SUM(one.margin) AS DECIMAL(30,12)) / COUNT(one.margin), 3) AS average_margin
FROM (
  SELECT
    CONVERT(ad_type USING utf8mb4) COLLATE utf8mb4_bin AS value,
    margin_func(price, payment_cost) AS margin
  FROM Classifieds
  WHERE created_at >= @margin_from AND created_at < @margin_to
) AS one
GROUP BY one.value
ORDER BY one.value;

SELECT
  one.value AS payment_type,
  COUNT(*) AS classifieds,
  SUM(one.margin) AS margin,
  ROUND(CAST(SUM(one.margin) AS DECIMAL(30,12)) / COUNT(one.margin), 3) AS average_margin
FROM (
  SELECT
    CONVERT(payment_type USING utf8mb4) COLLATE utf8mb4_bin AS value,
    margin_func(price, payment_cost) AS margin
  FROM Classifieds
  WHERE created_at >= @margin_from AND created_at < @margin_to
) AS one
GROUP BY one.value
ORDER BY one.value;
