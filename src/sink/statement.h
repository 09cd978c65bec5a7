// The fixed parts of the SQL that a sink sends, made once per table. What stands between them
// (rows, keys) is literal.h's for MySQL and bound for SQLite.
//
// With `newest` a row replaces only one that is not newer; a null there is the oldest of all. MySQL
// sets columns from left to right and later ones see the new values, hence the column of `newest`
// is set last.
#pragma once

#include <string>

#include "sink/database.h"
#include "sink/identifier.h"

namespace streamworker::sink {

// INSERT INTO `t` (`a`, `b`) VALUES
std::string insert_head(Dialect dialect, const TableName& name, const Schema& columns);

// What follows the rows of an upsert, with a blank in front:
//   MySQL   ON DUPLICATE KEY UPDATE `c` = VALUES(`c`), …
//   SQLite  ON CONFLICT ("k") DO UPDATE SET "c" = excluded."c", … [WHERE …]
// Empty for a plain insert.
std::string insert_tail(Dialect dialect, const TableName& name, const Table& table);

// DELETE FROM `t` WHERE
std::string delete_head(Dialect dialect, const TableName& name);

// CREATE TABLE IF NOT EXISTS … with the key as primary key (none: no primary key). Only the key is
// NOT NULL: an expression may give null at any time.
// Types in MySQL: string → VARCHAR(191) in utf8mb4_bin for a key (exact comparison, within every
// server's index limit), else LONGTEXT; json LONGTEXT; decimal, DATETIME(6), DATE, BIGINT, DOUBLE,
// BOOLEAN, CHAR(36) ascii, VARBINARY(255) for bytes in a key, else LONGBLOB; any → LONGTEXT.
// In SQLite the names of affinities; a decimal of more than 15 digits is TEXT, since SQLite would
// make a double of it.
std::string create_table(Dialect dialect, const TableName& name, const Table& table);

}  // namespace streamworker::sink
