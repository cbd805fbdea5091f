// Data sets and weights that only some machines have.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "gan/core/error.hpp"
#include "gan/data/locate.hpp"

namespace gan::test {

/// Whether $GAN_REQUIRE_DATA asks for the data called `name`: it is 1, for all, or a list, "mnist,sr".
inline bool data_required(const std::string& name) {
  const char* value = std::getenv("GAN_REQUIRE_DATA");
  const std::string list = value == nullptr ? "" : value;
  return list == "1" || ("," + list + ",").find("," + name + ",") != std::string::npos;
}

/// The folder of a data set, or of whatever else lies among them. Where there is none the test is to skip, with
/// without_data(name), and nothing is returned; where they are required that is a failure.
inline std::string data_folder(const std::string& name) {
  const auto known = data::known_sets();
  if (std::find(known.begin(), known.end(), name) != known.end()) {
    try {
      return data::locate(name);
    } catch (const DataError&) {}
  } else {
    for (const std::string& place : data::places(name))
      if (std::filesystem::is_directory(place)) return place;
  }
  if (data_required(name)) ADD_FAILURE() << "GAN_REQUIRE_DATA is set, but there is no " << name << " on this machine";
  return {};
}

inline std::string without_data(const std::string& name) {
  return "there is no " + name + " in $GAN_DATA, data, ../shared/data or /usr/share/datasets";
}

}  // namespace gan::test
