// The description of a run in its checkpoints, and its comparison with the run that is resumed.
#pragma once

#include <algorithm>
#include <utility>

#include "gan/core/fields.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/train/trainer.hpp"

namespace gan::detail {

/// Lines "name = value".
class Lines {
 public:
  void add(std::string name, std::string value) {
    for (char& c : name) c = c == '\n' || c == '=' ? ' ' : c;
    std::replace(value.begin(), value.end(), '\n', ' ');
    text_ += name + " = " + value + "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

inline void describe_data(Lines& lines, const std::string& whose, const data::Source& data, const std::string& sum) {
  lines.add(whose + "examples", field_text(data.size()));
  lines.add(whose + "data of checksum", sum);
}

inline void describe_order(Lines& lines, const std::string& whose, const data::Loader& loader) {
  lines.add(whose + "batch size", field_text(loader.batch_size()));
  lines.add(whose + "shuffle", field_text(loader.options().shuffle));
  lines.add(whose + "drop last", field_text(loader.options().drop_last));
}

/// Everything besides the networks that must be the same when training is resumed, as far as it can be known.
template <class T>
std::string run_description(BasicTrainer<T>& trainer) {
  const BasicGame<T>& game = trainer.game();
  Lines lines;
  lines.add("seed", field_text(trainer.options().seed));
  std::string names;
  for (const auto& player : game.players) names += (names.empty() ? "" : ", ") + player.name;
  lines.add("players", names);
  for (const auto& player : game.players) {
    lines.add(player.name + "'s turns", player.turns.text());
    if (player.micro_batches > 1) lines.add(player.name + "'s micro-batches", field_text(player.micro_batches));
    for (const auto& [name, value] : split_fields(player.optimizer.spec().text()))
      lines.add(player.name + "'s " + name, value);
  }
  lines.add("separate batches", field_text(game.separate_batches));
  describe_order(lines, "", trainer.loader());
  describe_data(lines, "", trainer.loader().source(), trainer.data_checksum());
  for (const auto& further : trainer.further_data()) {
    const std::string whose = further.name + "'s ";
    if (further.loader != nullptr) {
      lines.add(whose + "seed", field_text(further.loader->options().seed));
      describe_order(lines, whose, *further.loader);
    }
    describe_data(lines, whose, further.data, further.checksum);
  }
  return lines.text();
}

/// The description of a run in a checkpoint of format 2, as this version writes it: flips belonged to the loader, and
/// the shape of images, which their checksum covers, had a line.
inline std::string in_todays_words(const std::string& before) {
  const auto ends_with = [](const std::string& name, const std::string& end) {
    return name == end || name.ends_with("'s " + end);
  };
  const auto lines = split_fields(before);
  Lines out;
  bool flipped = false;
  for (const auto& [name, value] : lines) {
    if (ends_with(name, "flip")) flipped = value == "true";
    if (ends_with(name, "flip") || ends_with(name, "image shape")) continue;
    if (ends_with(name, "images"))
      out.add(name.substr(0, name.size() - 6) + "examples", value);
    else
      out.add(name, value + (ends_with(name, "data of checksum") && std::exchange(flipped, false) ? " flipped" : ""));
  }
  return out.text();
}

using Fields = std::vector<std::pair<std::string, std::string>>;

inline const std::string* value_of(const Fields& fields, const std::string& name) {
  for (const auto& field : fields)
    if (field.first == name) return &field.second;
  return nullptr;
}

/// Throws ValueError about the first line in which the two differ; with `lacks`, also about a line missing in the file.
inline void require_same_lines(const Fields& before, const Fields& now, const std::string& path, bool lacks) {
  const std::string start = "[checkpoint] " + path + ": was made with";
  for (const auto& [name, value] : now) {
    const std::string* was = value_of(before, name);
    if (was == nullptr && lacks) throw ValueError(start + "out " + name + ", which is " + value + " now");
    if (was != nullptr && *was != value) throw ValueError(start + " " + name + " " + *was + ", not " + value);
  }
  for (const auto& [name, value] : before)
    if (value_of(now, name) == nullptr) throw ValueError(start + " " + name + " " + value + ", and now there is none");
}

/// Throws ValueError about what differs between two run_descriptions, the first perhaps of format 2; FormatError if the
/// file has none.
inline void require_same_run(const std::string& before, bool of_format_2, const std::string& now,
                             const std::string& path) {
  if (before.empty()) throw FormatError(path + ": does not say what run it is of");
  Fields fields;
  try {
    fields = split_fields(of_format_2 ? in_todays_words(before) : before);
  } catch (const FormatError& e) { throw FormatError(path + ": " + e.what()); }
  require_same_lines(fields, split_fields(now), path, true);
}

/// Throws ValueError about what differs between the metadata of a file and of a run. Keys that begin with "libgan." are
/// not compared. Values of lines "name = value" are compared line by line; lines that an older file lacks are ignored.
inline void require_same_metadata(const io::Metadata& before, const io::Metadata& now, const std::string& path) {
  const auto to_compare = [](const io::Metadata& metadata) {
    Fields fields;
    for (const auto& [key, value] : metadata)
      if (!key.starts_with("libgan.")) fields.emplace_back(key, value);
    return fields;
  };
  const Fields old_ones = to_compare(before);
  Fields plain = to_compare(now);
  for (auto& [key, value] : plain) {
    const std::string* was = value_of(old_ones, key);
    if (was == nullptr || *was == value) continue;
    Fields a, b;
    try {
      a = split_fields(*was);
      b = split_fields(value);
    } catch (const FormatError&) { continue; }  // not lines: compared below
    require_same_lines(a, b, path, false);
    value = *was;
  }
  require_same_lines(old_ones, plain, path, true);
}

}  // namespace gan::detail
