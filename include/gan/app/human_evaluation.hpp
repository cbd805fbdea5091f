// Do people take generated images for real ones? As in the evaluation of LAPGAN (Denton et al. 2015, section 5.3):
// images flash up for 50 to 2000 ms, and a person says of each whether it was real.
#pragma once

#include <string>
#include <vector>

#include "gan/data/dataset.hpp"

namespace gan::app {

/// Images under the name that results give them: "real", "DCGAN".
struct HumanSet {
  std::string name;
  data::Dataset images;
};

struct HumanEvaluationOptions {
  i64 images = 44;    ///< shown of each set, at most
  i64 practice = 11;  ///< real images before it, at all durations, whose answers do not count
  std::vector<i64> durations = {50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000};  ///< milliseconds
  i64 side = 256;  ///< of an image on the screen, in the page's pixels
  u64 seed = 1;    ///< of the choice of images
};

/// A page of HTML that needs no network and no other file: images are in it as PNG. It says what to do, shows practice
/// images, then those of all sets mixed, each of them once: a cross, the image, noise, a question. Each set sees every
/// duration equally often, as far as numbers allow. Order and durations are drawn anew each time the page is opened, or
/// by "?seed=7" at the end of its address. In the end it shows for each set the share that was judged real, with 95 %
/// intervals (Wilson 1927), over all and by duration, offers the answers as a CSV file (set, image, duration_ms,
/// shown_ms, judged_real, response_ms), and takes CSV files of other people to add theirs. The practice images are not
/// shown again where `real` has enough. Throws ValueError for options out of range, no other set, two of one name,
/// points instead of images.
std::string human_evaluation_page(const HumanSet& real, const std::vector<HumanSet>& generated,
                                  const HumanEvaluationOptions& options = {});

/// Writes it to a file. Throws as that, and IoError.
void write_human_evaluation(const std::string& path, const HumanSet& real, const std::vector<HumanSet>& generated,
                            const HumanEvaluationOptions& options = {});

}  // namespace gan::app
