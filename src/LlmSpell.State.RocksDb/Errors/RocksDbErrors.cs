using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Errors;

/// <summary>Turns what RocksDB says into what a user can act on. Its C interface has no codes: the text begins with the kind.</summary>
internal static unsafe class RocksDbErrors
{
    /// <summary>What to do about a damaged store.</summary>
    internal static string RecoveryHint =>
        "`llmspell backup restore latest --replace-damaged` puts the folder aside as it is and makes a new state from the newest backup; "
        + "`llmspell backup list` shows all.";

    /// <summary>Throws what opening a database said, if it failed.</summary>
    /// <param name="error">What it said, which is freed; null if it did not fail.</param>
    /// <param name="folder">RocksDB's folder.</param>
    internal static void ThrowIfOpeningFailed(byte* error, string folder)
    {
        if (error == null)
        {
            return;
        }

        var cause = new RocksDbErrorException(NativeText.TakeError(error));

        // A file that the manifest names and that is not there.
        throw Is(cause, "IO error: No such file") || Is(cause, "Not found:") ? Corrupt(folder, cause) : Explain(cause, folder, Access.Read);
    }

    /// <summary>The exception for a failed call.</summary>
    /// <param name="cause">What RocksDB said.</param>
    /// <param name="folder">RocksDB's folder.</param>
    /// <param name="access">What the call did.</param>
    internal static StateException Explain(RocksDbErrorException cause, string folder, Access access)
    {
        if (Is(cause, "Corruption:"))
        {
            return Corrupt(folder, cause);
        }

        if (Has(cause, "No space left on device") || Has(cause, "Disk quota exceeded"))
        {
            // Unknown although nothing of it was acknowledged: RocksDB writes no more into a log that it could not write once, so the store must be opened again.
            return new StateStorageException(
                $"There is no room to write the state in {folder}: {cause.Message}.",
                "Free some space on that disk, then open the state again (start the script again); deleting old backups needs no free space: "
                + "llmspell backup cleanup.",
                cause,
                outcomeUnknown: access == Access.Write);
        }

        // What it says of this begins as what it says of a state that is not its own, where it cannot read the options.
        if (Has(cause, "Too many open files"))
        {
            return new StateStorageException(
                $"{Doing(access)} the state in {folder} failed: {cause.Message}.",
                "Let this process and others open fewer files at once, or raise the limit (`ulimit -n`), then open the state again (start the script again).",
                cause,
                outcomeUnknown: access == Access.Write);
        }

        if (Is(cause, "IO error: While lock file") || Has(cause, "lock hold by current process"))
        {
            return new StateBusyException($"Another program has {folder} open: {cause.Message}.", "End it, then try again.", cause);
        }

        if (Is(cause, "Not implemented:") || Is(cause, "Invalid argument:"))
        {
            return new StateUnsupportedException(
                $"The state in {folder} needs something that this version does not have: {cause.Message}.",
                "Use the version of llmspell that wrote it, or a newer one.",
                cause);
        }

        return new StateStorageException(
            $"{Doing(access)} the state in {folder} failed: {cause.Message}.",
            "See to the disk, then open the state again (start the script again); it recovers what was acknowledged.",
            cause,
            outcomeUnknown: access == Access.Write);
    }

    /// <summary>A store that does not hold what it should.</summary>
    internal static StateCorruptException Corrupt(string what) => new(what, RecoveryHint);

    private static string Doing(Access access) => access == Access.Read ? "Reading" : "Writing";

    private static StateCorruptException Corrupt(string folder, RocksDbErrorException cause) =>
        new($"The state in {folder} is damaged: {cause.Message.TrimEnd('.')}.", RecoveryHint, cause);

    private static bool Is(RocksDbErrorException cause, string beginning) => cause.Text.StartsWith(beginning, StringComparison.Ordinal);

    private static bool Has(RocksDbErrorException cause, string part) => cause.Text.Contains(part, StringComparison.Ordinal);
}
