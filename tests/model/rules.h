// What is searched: how much of everything, and by which rules. The right ones are those of DESIGN
// 4.2 to 4.8 and 5.3, as src/runtime does them; a planted fault breaks one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace streamworker::model {

enum class Plant : uint8_t {
  None,
  CommitOrder,
  OffsetsMissing,
  UnstableOffsets,
  EarlyWatermark,
  StableWatermark,
  ReadUncommitted,
  HalfCommit,
  ProgressMissing,
  ProgressOutside,
  StatePosition,
  Skip,
  GroupBack,
  Fence,
  Revoke,
  OpenTransaction,
  AmbiguousEnd,
  AmbiguousDone,
  MemoryKept,
  FencedKept,
  NoTimeout,
  Epoch,
  AmbiguousCommit,
  PositionApart,
  SinkPosition,
  Rewind,
};

// What a task writes.
struct Shape {
  bool table = false;     // with its changelog, and an output topic beside it
  bool database = false;  // a sink with a position of its own
};
constexpr Shape kTable{true, false};
constexpr Shape kDatabase{false, true};
constexpr Shape kBoth{true, true};
std::string_view name_of(Shape shape);
std::optional<Shape> shape_named(std::string_view name);

struct PlantInfo {
  Plant plant;
  std::string_view name;
  std::string_view what;
  Shape shape;  // in which it shows
};
const std::vector<PlantInfo>& plants();
// Null: there is none of that name.
const PlantInfo* plant_named(std::string_view name);

struct Rules {
  Shape shape;
  int records = 2;
  int faults = 2;
  Plant plant = Plant::None;
  bool has(Plant one) const { return plant == one; }
  // Who is no owner any more can commit nothing: what he does need not be followed so closely.
  bool trims() const;
};

}  // namespace streamworker::model
