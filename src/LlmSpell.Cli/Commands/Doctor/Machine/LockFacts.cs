namespace LlmSpell.Cli.Commands.Doctor.Machine;

/// <summary>Whether a second handle was kept out. Immutable.</summary>
/// <param name="WholeFile">By a lock on the whole file (flock), which the repository uses.</param>
/// <param name="Range">By a lock on a range of bytes (fcntl), which SQLite uses; null where it cannot be tried out.</param>
internal sealed record LockFacts(bool WholeFile, bool? Range);
