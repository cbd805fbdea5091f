# Sets GAN_CBLAS_INCLUDE_DIR and the target BLAS::BLAS to OpenBLAS. A function, so that BLA_VENDOR does not leak.
# Debian keeps cblas.h in a folder of the architecture, and one for each flavour of OpenBLAS.
function(gan_find_blas)
  set(BLA_VENDOR OpenBLAS)
  find_package(BLAS REQUIRED)
  find_path(GAN_CBLAS_INCLUDE_DIR cblas.h REQUIRED
    PATH_SUFFIXES openblas-pthread openblas-openmp openblas-serial openblas)
  mark_as_advanced(GAN_CBLAS_INCLUDE_DIR)
endfunction()
