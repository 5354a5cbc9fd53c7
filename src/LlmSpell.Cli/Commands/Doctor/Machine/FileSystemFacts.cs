namespace LlmSpell.Cli.Commands.Doctor.Machine;

/// <summary>A file system at one moment. Immutable.</summary>
/// <param name="Kind">Such as <c>ext4</c> or <c>nfs</c>.</param>
/// <param name="FreeBytes">What this user may still write.</param>
/// <param name="FreeFiles">How many files this user may still make; null where there is no such limit.</param>
internal sealed record FileSystemFacts(string Kind, long FreeBytes, long? FreeFiles);
