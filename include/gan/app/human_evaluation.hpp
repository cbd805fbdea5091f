// Human evaluation: do people mistake generated images for real ones? As in the evaluation of LAPGAN (Denton et al.
// 2015, section 5.3), images are shown for 50 to 2000 ms, and a person judges whether each was real.
#pragma once

#include <string>
#include <vector>

#include "gan/data/images.hpp"

namespace gan::app {

/// A set of images and its name in the results: "real", "DCGAN".
struct HumanSet {
  std::string name;
  data::Images images;
};

struct HumanEvaluationOptions {
  i64 images = 44;    ///< images shown from each set, at most
  i64 practice = 11;  ///< real images shown before, at all durations, whose answers do not count
  std::vector<i64> durations = {50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000};  ///< milliseconds
  i64 side = 256;  ///< side of an image on the screen, in CSS pixels
  u64 seed = 1;    ///< of the choice of images
};

/// An HTML page that needs neither a network nor other files: images are embedded as PNG. It gives instructions, shows
/// practice images, then the images of all sets in mixed order, each once: a cross, the image, noise, a question. Each
/// set gets every duration equally often, as far as the number of images allows. Order and durations are drawn anew
/// each time the page is opened, or from "?seed=7" at the end of its URL. At the end it shows the fraction of each set
/// that was judged real, with 95 % intervals (Wilson 1927), overall and by duration; offers the answers as a CSV file
/// (set, image, duration_ms, shown_ms, judged_real, response_ms); and loads CSV files of other people to include their
/// answers. Practice images are not shown again if `real` has enough images. Throws ValueError for options out of
/// range, for no generated set, for two sets of the same name, and for points instead of images.
std::string human_evaluation_page(const HumanSet& real, const std::vector<HumanSet>& generated,
                                  const HumanEvaluationOptions& options = {});

/// Writes that page to a file. Throws what human_evaluation_page throws, and IoError.
void write_human_evaluation(const std::string& path, const HumanSet& real, const std::vector<HumanSet>& generated,
                            const HumanEvaluationOptions& options = {});

}  // namespace gan::app
