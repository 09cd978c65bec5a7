#include "config/reference.h"

#include "config/keys.h"

namespace streamworker::config {

namespace {

// Text for a cell: a bar would end it.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string default_cell(const Tree& value) {
  if (value.is_null() || value.as_map() != nullptr || value.as_list() != nullptr) return "";
  const std::string text = value.as_text() != nullptr ? *value.as_text() : value.json(true);
  return "`" + text + "`";
}

class ReferenceKeys {
 public:
  ReferenceKeys(std::string& out, std::string path) : out_(out), path_(std::move(path)) {}

  template <class T, class Shape>
  void operator()(std::string_view name, T& member, const Shape& shape, std::string_view help,
                  Need need = Need::Optional) {
    rows_ += "| `" + std::string(name) + "` | " + cell(kind_of(shape)) + " | ";
    rows_ += need == Need::Required ? "required" : default_cell(initial(shape, member));
    rows_ += " | " + cell(std::string(help)) + (need == Need::Live ? " · live" : "") + " |\n";
    add_sections(std::string(name), member, shape);
  }
  void finish() {
    out_ += "### " + (path_.empty() ? "The file" : "`" + path_ + "`") + "\n\n";
    out_ += "| key | value | default | meaning |\n|---|---|---|---|\n" + rows_ + "\n" + sections_;
  }

 private:
  template <class Shape>
  static std::string kind_of(const Shape& shape) {
    if constexpr (std::is_same_v<Shape, Mapping>)
      return "mapping";
    else if constexpr (std::is_same_v<Shape, Named>)
      return "mapping of name to " + shape.what;
    else
      return shape.kind();
  }
  template <class Shape, class T>
  static Tree initial(const Shape& shape, T& member) {
    if constexpr (std::is_same_v<Shape, Mapping>)
      return {};
    else
      return show_value(shape, member);
  }

  template <class T>
  void section(const std::string& below, T& value) {
    ReferenceKeys its(sections_, path_.empty() ? below : path_ + "." + below);
    keys(its, value);
    its.finish();
  }
  template <class T, class Shape>
  void add_sections(const std::string& name, T& member, const Shape& /*shape*/) {
    if constexpr (std::is_same_v<Shape, Mapping> && kIsOptional<T>) {
      typename T::value_type inner{};
      section(name, inner);
    } else if constexpr (std::is_same_v<Shape, Mapping>) {
      section(name, member);
    } else if constexpr (std::is_same_v<Shape, Named>) {
      typename T::value_type one{};
      section(name + ".NAME", one);
    } else if constexpr (std::is_same_v<Shape, Fields>) {
      Field field;
      section(name + ".FIELD", field);
    } else if constexpr (std::is_same_v<Shape, FileSource>) {
      FromFile file;
      section(name, file);
    } else if constexpr (std::is_same_v<Shape, Selects>) {
      Column column;
      section(name + ".COLUMN", column);
    } else if constexpr (std::is_same_v<Shape, Upsert>) {
      UpsertKeys upsert{member};
      section(name, upsert);
    } else if constexpr (std::is_same_v<Shape, TableColumns>) {
      TableColumn fold;
      section(name + ".COLUMN (fold)", fold);
    } else if constexpr (std::is_same_v<Shape, WindowKeys>) {
      Window window;
      section(name, window);
    } else if constexpr (std::is_same_v<Shape, Routes>) {
      Route route;
      section(name + ".PATH", route);
    } else if constexpr (std::is_same_v<Shape, Sinks>) {
      sinks(name);
    }
  }
  void sinks(const std::string& name) {
    DatabaseSink database;
    section(name + " (database)", database);
    TopicSink topic;
    section(name + " (topic)", topic);
    FileSink file;
    section(name + " (file)", file);
    LogSink log;
    section(name + " (log)", log);
  }

  std::string& out_;
  std::string path_;
  std::string rows_;
  std::string sections_;
};

}  // namespace

std::string reference_markdown() {
  std::string out;
  File file;
  ReferenceKeys reference(out, "");
  keys(reference, file);
  reference.finish();
  return out;
}

}  // namespace streamworker::config
