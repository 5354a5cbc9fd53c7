using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Lua;

/// <summary>What a <see cref="LuaHost"/> gives its scripts. Immutable once the host is made.</summary>
public sealed class LuaHostOptions
{
    /// <summary>
    /// Where print, io.write and io.stdout go; null: the process's standard output, by lines on a terminal and by blocks otherwise.
    /// The host does not close it.
    /// </summary>
    public Stream? Output { get; init; }

    /// <summary>Where io.stderr and warn go, unbuffered; null: the process's standard error. The host does not close it.</summary>
    public Stream? Error { get; init; }

    /// <summary>What io.read and io.stdin read; null: the process's standard input. The host does not close it.</summary>
    public Stream? Input { get; init; }

    /// <summary>
    /// Opens the store behind the global State, when a script first needs it; called again only if it failed. The caller closes what it
    /// returned, after the host. Null: State's functions raise an error.
    /// </summary>
    public Func<StateStore>? Store { get; init; }

    /// <summary>The backups of that store. Null: the backup calls of State fail with <see cref="BackupsOffReason"/>.</summary>
    public BackupService? Backups { get; init; }

    /// <summary>What the backup calls answer if there are none: why, and what to set.</summary>
    public string BackupsOffReason { get; init; } = "backups are off: the program that runs this script has set up none";

    /// <summary>
    /// Called by os.exit with the exit code, on the script's thread, after the output was flushed; it is to end the process and not to
    /// return. Also called, with <see cref="OutputClosedExitCode"/>, when a script writes to a pipe whose reader has gone.
    /// Null: os.exit raises an error in the script.
    /// </summary>
    /// <remarks>It must not call the host, except <see cref="LuaHost.Dispose"/>. If it does return, os.exit raises an error.</remarks>
    public Action<int>? ExitHandler { get; init; }

    /// <summary>The exit code for a script whose reader has gone: 141, as shells report the SIGPIPE that other programs end by.</summary>
    public const int OutputClosedExitCode = 141;
}
