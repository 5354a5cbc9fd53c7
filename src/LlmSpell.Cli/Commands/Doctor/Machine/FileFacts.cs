namespace LlmSpell.Cli.Commands.Doctor.Machine;

/// <summary>A file or folder at one moment. Immutable.</summary>
/// <param name="Owner">The owner's user id.</param>
/// <param name="Mode">The permission bits.</param>
/// <param name="IsWritable">Whether this user may write it: for a folder, make files in it.</param>
internal sealed record FileFacts(uint Owner, UnixFileMode Mode, bool IsWritable);
