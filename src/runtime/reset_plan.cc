#include "runtime/reset_plan.h"

#include <optional>

#include "base/format.h"

namespace streamworker {

namespace {

class Resetting {
 public:
  explicit Resetting(const Plan& plan) : plan_(plan) {}

  Result<ResetPlan> run(const std::string& table) {
    for (size_t s = 0; s < plan_.stages.size(); ++s)
      for (size_t n = 0; n < plan_.stages[s].nodes.size(); ++n)
        if (is_table(at({s, n})) && at({s, n}).pipeline == table) add_table({s, n});
    if (out_.tables.empty()) return skip("no table of the file is called " + table);
    while (!open_.empty()) {
      const Place place = open_.back();
      open_.pop_back();
      need(place);
    }
    for (const size_t stage : again_)
      if (std::string twice = taken_twice(stage); !twice.empty())
        return stop(fmt::format(
            "table {} cannot be built again: all records of topic {} would have to be sent again, "
            "and {} would take them twice. Let the table read what leads to that topic, so that it "
            "has a topic of its own",
            table, plan_.stages[stage].topic, twice));
    return std::move(out_);
  }

 private:
  using Place = ResetPlan::Place;

  const Node& at(const Place& place) const { return plan_.stages[place.first].nodes[place.second]; }
  static bool is_table(const Node& node) {
    return std::holds_alternative<TablePlan>(node.operation);
  }
  // The last table that the node stands behind.
  std::optional<Place> table_before(Place place) const {
    for (int input = at(place).input; input >= 0; input = at(place).input) {
      place.second = static_cast<size_t>(input);
      if (is_table(at(place))) return place;
    }
    return std::nullopt;
  }
  bool is_rebuilt(const Place& place) const {
    if (is_table(at(place))) return out_.tables.contains(place);
    const auto table = table_before(place);
    return table && out_.tables.contains(*table);
  }
  bool is_behind(Place place, size_t node) const {
    while (place.second != node) {
      if (at(place).input < 0) return false;
      place.second = static_cast<size_t>(at(place).input);
    }
    return true;
  }

  void add_table(const Place& place) {
    if (!out_.tables.insert(place).second) return;
    open_.push_back(place);
    const auto& nodes = plan_.stages[place.first].nodes;
    for (size_t n = place.second + 1; n < nodes.size(); ++n)
      if (is_behind({place.first, n}, place.second)) tell({place.first, n});
  }

  // It gets the rows of a table that is built again.
  void tell(const Place& place) {
    const Node& node = at(place);
    if (is_table(node)) return add_table(place);
    if (const auto* own = std::get_if<RepartitionPlan>(&node.operation)) {
      for (size_t s = 0; s < plan_.stages.size(); ++s)
        if (plan_.stages[s].topic == own->topic)
          for (size_t n = 0; n < plan_.stages[s].nodes.size(); ++n) tell({s, n});
    } else if (const auto* topic = std::get_if<TopicPlan>(&node.operation)) {
      out_.told.insert("topic " + topic->topic);
    } else if (const auto* database = std::get_if<DatabasePlan>(&node.operation)) {
      out_.told.insert("database " + database->database + ", table " + database->table.name);
    } else if (const auto* file = std::get_if<FilePlan>(&node.operation)) {
      out_.told.insert("file " + file->path);
    } else if (std::holds_alternative<LogPlan>(node.operation)) {
      out_.told.insert("the log, by " + node.pipeline);
    }
  }

  // The node takes all records of its stage's topic again. Those that a table makes come again when
  // that one is built again.
  void need(const Place& place) {
    const Stage& of = plan_.stages[place.first];
    if (const auto table = table_before(place)) return add_table(*table);
    if (of.stream != nullptr) {
      out_.sources.insert(place.first);
      return;
    }
    for (size_t s = 0; s < plan_.stages.size(); ++s)
      for (size_t n = 0; n < plan_.stages[s].nodes.size(); ++n) {
        const auto* own = std::get_if<RepartitionPlan>(&at({s, n}).operation);
        if (own != nullptr && own->topic == of.topic) send_again({s, n}, place.first);
      }
  }

  // To a stage behind it.
  void send_again(const Place& from, size_t to) {
    if (const auto table = table_before(from)) return add_table(*table);
    again_.insert(to);
    if (out_.resent[from.first].insert(kafka_output(at(from))).second) need(from);
  }

  // Empty: everything in the stage is built again, behind that, or sends again itself.
  std::string taken_twice(size_t stage) const {
    const auto& nodes = plan_.stages[stage].nodes;
    const auto resent = out_.resent.find(stage);
    for (size_t n = 0; n < nodes.size(); ++n) {
      if (!is_sink(nodes[n]) || is_rebuilt({stage, n})) continue;
      if (resent != out_.resent.end() && resent->second.contains(kafka_output(nodes[n]))) continue;
      return is_table(nodes[n]) ? "table " + nodes[n].pipeline
                                : "pipeline " + nodes[n].pipeline + " (" +
                                      (nodes[n].sink.empty() ? "repartition" : nodes[n].sink) + ")";
    }
    return {};
  }

  const Plan& plan_;
  ResetPlan out_;
  std::vector<Place> open_;  // tables whose records have not been asked for
  std::set<size_t> again_;   // stages behind a topic to which all is sent again
};

}  // namespace

Result<ResetPlan> plan_reset(const Plan& plan, const std::string& table) {
  return Resetting(plan).run(table);
}

}  // namespace streamworker
