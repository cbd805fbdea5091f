// safetensors: every file of a list of hostile ones is refused, and what merely looks odd is read.
#include <gmock/gmock.h>

#include <cstring>

#include "support/safetensors_bytes.hpp"
#include "gan/io/safetensors.hpp"

namespace gan::io {
namespace {

using test::f32;
using test::file_of;
using test::length_bytes;
using test::one;
using test::read;
using test::temporary;
using testing::HasSubstr;

std::string repeat(const std::string& text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

struct Hostile {
  const char* name;
  std::string file;
  const char* fault;  // a part of the message, or nullptr where the file is right
};

std::vector<Hostile> hostile_framing() {
  const std::string valid = "{" + f32("t", "[2]", "[0,8]") + "}";
  std::string many = "{", zeros = "{";
  for (int i = 0; i < 100000; ++i) {
    const std::string name = "t" + std::to_string(i);
    many += (i ? "," : "") + f32(name, "[1]", "[0,4]");
    zeros += (i ? "," : "") + f32(name, "[0]", "[0,0]");
  }
  return {
      {"empty_file", "", "0 bytes"},
      {"7_bytes", std::string(7, '\0'), "7 bytes"},
      {"len_only_no_header", length_bytes(2), "past the end"},
      {"header_len_u64max", length_bytes(~u64{0}) + "{}", "above 100 MB"},
      {"header_len_2^63", length_bytes(u64{1} << 63) + "{}", "above 100 MB"},
      {"header_len_100000001", length_bytes(100000001) + "{}", "above 100 MB"},
      {"header_len_past_eof", length_bytes(100) + "{}", "past the end"},
      {"header_len_zero", length_bytes(0), "does not begin with {"},
      {"non_utf8", file_of("\xFF\xFE{}"), "UTF-8"},
      {"truncated_json", file_of(valid.substr(0, valid.size() - 3), 8), "expected"},
      {"empty_object", file_of("{}"), nullptr},
      {"leading_space", file_of(" {}"), "does not begin with {"},
      {"trailing_space", file_of(valid + "   ", 8), nullptr},
      {"trailing_nul", file_of(valid + std::string(1, '\0'), 8), "bytes follow"},
      {"trailing_garbage", file_of(valid + "x", 8), "bytes follow"},
      {"top_array", file_of("[]"), "does not begin with {"},
      {"top_null", file_of("null"), "does not begin with {"},
      {"bom", file_of("\xEF\xBB\xBF{}"), "does not begin with {"},
      {"dup_key", file_of("{" + f32("t", "[1]", "[0,4]") + "," + f32("t", "[1]", "[4,8]") + "}", 8), "twice"},
      {"dup_inner_key",
       file_of("{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "dtype twice"},
      {"dup_metadata", file_of("{\"__metadata__\":{},\"__metadata__\":{}}"), "twice"},
      {"metadata_nonstring", file_of("{\"__metadata__\":{\"a\":1}}"), "expected"},
      {"metadata_nested", file_of("{\"__metadata__\":{\"a\":{}}}"), "expected"},
      {"metadata_null", file_of("{\"__metadata__\":null}"), "expected"},
      {"metadata_dup_inner", file_of("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"), "twice"},
      {"deep_nesting", file_of(repeat("{\"a\":", 100000)), "unknown field"},
      {"deep_arrays", file_of("{\"t\":" + repeat("[", 200000)), "expected"},
      {"deep_metadata", file_of("{\"__metadata__\":{\"a\":" + repeat("[", 200000)), "expected"},
      {"1e5_overlap", file_of(many + "}", 4), "overlaps"},
      {"1e5_zero_tensors", file_of(zeros + "}"), nullptr},
      {"comment", file_of("{/**/" + valid.substr(1), 8), "expected"},
      {"trailing_comma", file_of(valid.substr(0, valid.size() - 1) + ",}", 8), "expected"},
      {"single_quotes", file_of("{'t':1}"), "expected"},
      {"t_not_object", file_of("{\"t\":[1]}"), "expected"},
      {"utf8_overlong", file_of("{" + f32("\xC0\xAF", "[1]", "[0,4]") + "}", 4), "UTF-8"},
      {"utf8_surrogate", file_of("{" + f32("\xED\xA0\x80", "[1]", "[0,4]") + "}", 4), "UTF-8"},
      {"utf8_past_end", file_of("{" + f32("\xF4\x90\x80\x80", "[1]", "[0,4]") + "}", 4), "UTF-8"},
      {"valid", file_of(valid, 8), nullptr},
      {"unaligned_f32",
       file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}," + f32("t", "[1]", "[1,5]") + "}", 5),
       nullptr},
  };
}

std::vector<Hostile> hostile_types_and_shapes() {
  const auto shaped = [](const std::string& shape) { return file_of(one("\"F32\"", shape, "[0,4]"), 4); };
  return {
      {"unknown_dtype", file_of(one("\"F33\"", "[1]", "[0,4]"), 4), "unknown dtype"},
      {"lower_dtype", file_of(one("\"f32\"", "[1]", "[0,4]"), 4), "unknown dtype"},
      {"f4_odd", file_of(one("\"F4\"", "[3]", "[0,2]"), 2), "unknown dtype"},
      {"bad_dtype_type", file_of(one("1", "[1]", "[0,4]"), 4), "expected"},
      {"missing_dtype", file_of("{\"t\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "no dtype"},
      {"missing_shape", file_of("{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4), "no shape"},
      {"missing_offsets", file_of("{\"t\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4), "no data_offsets"},
      {"extra_field", file_of("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4),
       "unknown field"},
      {"shape_string", shaped("\"1\""), "expected"},
      {"shape_string_inside", shaped("[\"1\"]"), "whole numbers"},
      {"shape_float", shaped("[1.0]"), "whole numbers"},
      {"shape_negative", shaped("[-1]"), "whole numbers"},
      {"shape_1e1", shaped("[1e0]"), "whole numbers"},
      {"shape_overflow", shaped("[4294967296,4294967296]"), "overflows"},
      {"bytes_overflow", shaped("[4611686018427387904]"), "overflows"},
      {"shape_gt_u64", shaped("[18446744073709551616]"), "overflows"},
      {"shape_gt_i64", shaped("[9223372036854775808]"), "overflows"},
      {"overflow_then_zero", shaped("[4294967296,4294967296,0]"), "overflows"},
      {"zero_first_then_huge", shaped("[0,4294967296,4294967296]"), "overflows"},
      {"shape_nested", shaped("[[1]]"), "whole numbers"},
      {"shape_true", shaped("[true]"), "whole numbers"},
      {"shape_null", shaped("null"), "expected"},
      {"NaN_shape", shaped("[NaN]"), "whole numbers"},
      {"leading_zero", shaped("[01]"), "begins with 0"},
      {"rank_100", shaped("[1" + repeat(",1", 99) + "]"), "rank"},
      {"rank_1e6", shaped("[1" + repeat(",1", 999999) + "]"), "rank"},
      {"rank_6", shaped("[1,1,1,1,1,1]"), nullptr},
  };
}

std::vector<Hostile> hostile_places_and_names() {
  const auto named = [](const std::string& name) { return file_of("{" + f32(name, "[1]", "[0,4]") + "}", 4); };
  const auto placed = [](const std::string& offsets) { return file_of(one("\"F32\"", "[1]", offsets), 4); };
  const auto two = [](const char* a, const char* b, std::size_t n) {
    return file_of("{" + f32("a", "[2]", a) + "," + f32("b", "[2]", b) + "}", n);
  };
  return {
      {"offsets_1", placed("[0]"), "two data_offsets"},
      {"offsets_3", placed("[0,4,8]"), "two data_offsets"},
      {"offsets_reversed", placed("[4,0]"), "reversed"},
      {"offsets_negative", placed("[-4,0]"), "whole numbers"},
      {"offsets_float", placed("[0.0,4]"), "whole numbers"},
      {"minus_zero_offset", placed("[-0,4]"), "whole numbers"},
      {"end_past_eof", file_of(one("\"F32\"", "[2]", "[0,8]"), 4), "4 follow the header"},
      {"end_u64max", placed("[0,18446744073709551615]"), "does not fit"},
      {"trailing_polyglot", file_of(one("\"F32\"", "[1]", "[0,4]"), 40), "40 follow the header"},
      {"reader_key_only_data", file_of("{}", 8), "8 follow the header"},
      {"hole_at_start", file_of(one("\"F32\"", "[1]", "[4,8]"), 8), "gap"},
      {"hole_middle", two("[0,8]", "[12,20]", 20), "gap"},
      {"overlap_full", two("[0,8]", "[0,8]", 8), "overlaps"},
      {"overlap_partial", two("[0,8]", "[4,12]", 12), "overlaps"},
      {"size_mismatch", file_of(one("\"F32\"", "[3]", "[0,8]"), 8), "does not fit"},
      {"zero_dim", file_of(one("\"F32\"", "[0,5]", "[0,0]")), nullptr},
      {"scalar", file_of(one("\"F32\"", "[]", "[0,4]"), 4), nullptr},
      {"empty_name", named(""), "is empty"},
      {"name_nul", named("a\\u0000b"), "control character"},
      {"name_lone_surrogate", named("\\ud800"), "surrogate"},
      {"name_low_surrogate", named("\\udc00"), "surrogate"},
      {"name_wrong_pair", named("\\ud800\\u0041"), "surrogate"},
      {"name_raw_ctrl", named("a\nb"), "control character"},
      {"name_bad_escape", named("\\x41"), "escape"},
      {"name_traversal", named("../../etc/passwd"), nullptr},
      {"name_1MB", named(std::string(1 << 20, 'n')), "longer"},
      {"dup_escaped_key", file_of("{" + f32("t", "[1]", "[0,4]") + "," + f32("\\u0074", "[1]", "[4,8]") + "}", 8),
       "twice"},
      {"bool_value_2", file_of(one("\"BOOL\"", "[4]", "[0,4]"), 4), nullptr},
      {"nan_values", file_of(one("\"F32\"", "[1]", "[0,4]")) + "\xFF\xFF\xFF\x7F", nullptr},
  };
}

TEST(SafeTensors, HostileFilesAreRefused) {
  std::vector<Hostile> files = hostile_framing();
  for (auto part : {hostile_types_and_shapes, hostile_places_and_names})
    for (Hostile& h : part()) files.push_back(std::move(h));
  EXPECT_GE(files.size(), 86u);
  for (const Hostile& h : files) {
    SCOPED_TRACE(h.name);
    if (h.fault == nullptr) {
      EXPECT_NO_THROW(read(h.file));
      continue;
    }
    const std::string message = test::message_of<FormatError>([&] { read(h.file); });
    EXPECT_THAT(message, HasSubstr(h.fault));
    EXPECT_THAT(message, HasSubstr(temporary("a.safetensors")));
  }
}

}  // namespace
}  // namespace gan::io
