-- margin_by_ad_type_procedure: stores the margins by ad_type of the classifieds created in
-- [interval_from, interval_to) into Margin_info. In MySQL or MariaDB; can be run again. Needs
-- initial_script.sql and find_margin_stored_function.sql.
--
--   mysql mtdataengineer < sql/find_margin_by_adtype_procedure.sql
--   streamworker sql apply -c config/classifieds.yaml sql/find_margin_by_adtype_procedure.sql
--
--   CALL margin_by_ad_type_procedure('2019-05-01 00:00:00', '2019-06-01 00:00:00');

DROP PROCEDURE IF EXISTS margin_by_ad_type_procedure;

DELIMITER $$

-- Called again for an interval it changes only what differs by now; computed_at is the time of the
-- last change. Each of its statements is whole by itself, and it begins no transaction, so that it
-- can be part of the caller's.
CREATE PROCEDURE margin_by_ad_type_procedure(
  IN interval_from DATETIME(6),
  IN interval_to   DATETIME(6))
MODIFIES SQL DATA
COMMENT 'Margins by ad_type of an interval of created_at, into Margin_info'
BEGIN
  INSERT INTO Margin_info
    (dimension, value, interval_start, interval_end, classifieds, margin, average_margin, computed_at)
  SELECT
    'ad_type',
    one.value,
    interval_from,
    interval_to,
    COUNT(*),
    SUM(one.margin),
    ROUND(CAST(SUM(one.margin) AS DECIMAL(30,12)) / COUNT(one.margin), 3),
    UTC_TIMESTAMP(6)
  FROM (
    SELECT
      CONVERT(ad_type USING utf8mb4) COLLATE utf8mb4_bin AS value,
      margin_func(price, payment_cost) AS margin
    FROM Classifieds
    WHERE created_at >= interval_from AND created_at < interval_to
  ) AS one
  GROUP BY one.value
  ON DUPLICATE KEY UPDATE
    computed_at = IF(
      Margin_info.classifieds <=> VALUES(classifieds)
        AND Margin_info.margin <=> VALUES(margin)
        AND Margin_info.average_margin <=> VALUES(average_margin),
      Margin_info.computed_at, VALUES(computed_at)),
    classifieds = VALUES(classifieds),
    margin = VALUES(margin),
    average_margin = VALUES(average_margin);

  -- Values that no classified of the interval has any more: a repeated id updates its row.
  DELETE FROM Margin_info
  WHERE dimension = 'ad_type'
    AND interval_start = interval_from
    AND interval_end = interval_to
    AND NOT EXISTS (
      SELECT 1
      FROM Classifieds
      WHERE created_at >= interval_from
        AND created_at < interval_to
        AND CONVERT(ad_type USING utf8mb4) COLLATE utf8mb4_bin = Margin_info.value
    );
END$$

DELIMITER ;
