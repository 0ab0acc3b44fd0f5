package dev.dataengine.workers.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A whole checkpoint, which is a version of the model.
 *
 * @param state what it says
 * @param directory where its files are
 * @param manifestSha256 of its manifest; null where it is from before manifests
 * @param adapterSha256 of the adapter's weights; null where it has no such file
 */
record SavedVersion(
    TrainerState state,
    Path directory,
    @Nullable String manifestSha256,
    @Nullable String adapterSha256) {}
