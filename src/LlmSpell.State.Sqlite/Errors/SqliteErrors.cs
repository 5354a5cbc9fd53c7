using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Errors;

/// <summary>Sorts SQLite's result codes into the kinds of <see cref="StateException"/>.</summary>
internal static class SqliteErrors
{
    internal const string RightsHint =
        "Check that the folder exists on a disk that can be written to, and that this user may write the folder and its files: SQLite needs that for " +
        "reading too. Who may only read can look into a backup, with `llmspell state get SCOPE KEY --backup ID`.";

    private const int InputOutputOutOfMemory = ResultCode.InputOutput | (12 << 8);
    private const int ReadFailed = ResultCode.InputOutput | (1 << 8);
    private const int ReadCutShort = ResultCode.InputOutput | (2 << 8);
    private const int SharedMemorySize = ResultCode.InputOutput | (19 << 8);
    private const int UnixNoSpace = 28;
    private const int UnixTooManyOpenFiles = 24;

    /// <summary>What a caller sees of an error.</summary>
    /// <param name="cause">What SQLite said.</param>
    /// <param name="file">The database file.</param>
    /// <param name="phase">How far the connection was with a transaction that writes.</param>
    internal static Exception Explain(SqliteErrorException cause, string file, WritePhase phase) => cause.Code switch
    {
        ResultCode.Busy or ResultCode.Locked => Busy(file, cause),
        ResultCode.Full => Full(file, cause),
        ResultCode.Corrupt or ResultCode.NotADatabase => Corrupt(file, cause),
        ResultCode.OutOfMemory => OutOfMemory(file, cause, phase),
        ResultCode.InputOutput when cause.ExtendedCode == InputOutputOutOfMemory => OutOfMemory(file, cause, phase),
        ResultCode.InputOutput when cause is { ExtendedCode: SharedMemorySize, SystemError: UnixNoSpace } && phase == WritePhase.None => NoRoomToOpen(file, cause),
        ResultCode.InputOutput => InputOutput(file, cause, phase),
        ResultCode.CannotOpen when cause.SystemError == UnixTooManyOpenFiles => TooManyOpenFiles(file, cause),
        ResultCode.CannotOpen or ResultCode.Permission or ResultCode.Authorization or ResultCode.ReadOnly => new StateStorageException(
            $"The state in {file} cannot be opened for reading and writing: {cause.Message}.",
            RightsHint,
            cause),
        ResultCode.Error => new StateCorruptException(
            $"The state in {file} does not have the tables it should have: {cause.Message}.", RecoveryHint(file), cause),
        _ => new StateStorageException($"The state in {file} failed: {cause.Message}.", null, cause, outcomeUnknown: phase == WritePhase.Committing),
    };

    /// <summary>The write lock was not to be had in time.</summary>
    internal static StateBusyException Busy(string file, Exception? cause = null)
    {
        string holder = WriteLockHolder.Describe(file) ?? "another process, or another transaction of this one";
        return new StateBusyException(
            $"The state in {file} is being written by {holder}, which did not end in time.",
            "Try again when it has ended, or raise busy_timeout_ms; transactions should be short.",
            cause);
    }

    /// <summary>Another transaction of this process did not end in time.</summary>
    internal static StateBusyException BusyHere(string file) => new(
        $"The state in {file} is being written by another transaction of this process, which did not end in time.",
        "End that transaction first; transactions of one store do not nest.");

    /// <summary>What to do about a file that cannot be read; nothing has been changed in it.</summary>
    internal static string RecoveryHint(string file) =>
        $"Nothing was changed. `llmspell backup restore latest --replace-damaged` puts {Path.GetFileName(file)}, {Path.GetFileName(file)}-wal and "
        + $"{Path.GetFileName(file)}-shm aside and makes a new state from the newest backup; `llmspell backup list` shows all.";

    private static StateStorageException Full(string file, SqliteErrorException cause) => new(
        $"There is no room to write the state in {file}: {cause.Message}. The transaction was rolled back.",
        "Free some space on that disk, then try again; deleting old backups needs no free space: llmspell backup cleanup.",
        cause);

    private static StateStorageException NoRoomToOpen(string file, SqliteErrorException cause) => new(
        $"There is no room to open the state in {file}: {cause.Message}.",
        "Free some 64 KiB on that disk, then try again: even to read the state, its first process needs them for state.db-shm.",
        cause);

    private static StateStorageException TooManyOpenFiles(string file, SqliteErrorException cause) => new(
        $"The state in {file} cannot be opened once more, since this process has too many files open: {cause.Message}.",
        "Close snapshots of the state, or other files, then try again; or raise the limit of open files (ulimit -n).",
        cause);

    private static StateStorageException InputOutput(string file, SqliteErrorException cause, WritePhase phase)
    {
        bool reads = phase == WritePhase.None || (phase == WritePhase.Open && cause.ExtendedCode is ReadFailed or ReadCutShort);
        string failed = $"{(reads ? "Reading" : "Writing")} the state in {file} failed: {cause.Message}.";
        return phase == WritePhase.Open
            ? new StateStorageException($"{failed} The transaction was rolled back.", "See to the disk, then try again.", cause)
            : new StateStorageException(
                failed,
                "See to the disk, then start again; opening the state recovers every save that was acknowledged.",
                cause,
                outcomeUnknown: phase == WritePhase.Committing);
    }

    // Also memory may be missing when the log holds the whole commit already, and only the index of the log does not.
    private static StateStorageException OutOfMemory(string file, SqliteErrorException cause, WritePhase phase) => new(
        $"There was not enough memory to work on the state in {file}: {cause.Message}.",
        phase == WritePhase.Committing ? "Free some memory, then start again; opening the state finds out whether the last commit counts." : "Free some memory, then try again.",
        cause,
        outcomeUnknown: phase == WritePhase.Committing);

    private static StateCorruptException Corrupt(string file, SqliteErrorException cause)
    {
        string what = cause.Code == ResultCode.NotADatabase ? "is not a SQLite database" : "is damaged";
        return new StateCorruptException($"The state's file {file} {what}: {cause.Message}.", RecoveryHint(file), cause);
    }
}
