-- Prints the margins of the classifieds created between two moments (UTC; the second is not in it), by
-- ad_type and by payment_type. Needs margin_func (find_margin_stored_function.sql); changes nothing.
--
--   mysql mtdataengineer < sql/find_margin_regular_script.sql
--   streamworker sql apply -c config/classifieds.yaml sql/find_margin_regular_script.sql

SET @margin_from = CAST('2019-05-01 00:00:00' AS DATETIME(6));
SET @margin_to   = CAST('2030-01-01 00:00:00' AS DATETIME(6));

SELECT
  ad_type,
  COUNT(*) AS classifieds,
  SUM(margin_func(price, payment_cost)) AS margin,
  ROUND(AVG(margin_func(price, payment_cost)), 3) AS average_margin
FROM Classifieds
WHERE created_at >= @margin_from AND created_at < @margin_to
GROUP BY ad_type
ORDER BY ad_type;

SELECT
  payment_type,
  COUNT(*) AS classifieds,
  SUM(margin_func(price, payment_cost)) AS margin,
  ROUND(AVG(margin_func(price, payment_cost)), 3) AS average_margin
FROM Classifieds
WHERE created_at >= @margin_from AND created_at < @margin_to
GROUP BY payment_type
ORDER BY payment_type;
