using LlmSpell.Cli.Commands.Doctor.Machine;

namespace LlmSpell.Cli.Tests.Doctor;

/// <summary>A machine on which all is well, but for what a test changes.</summary>
internal sealed class TestMachine : IMachine
{
    public const uint Me = 1000;

    public FileSystemFacts FileSystem { get; set; } = new("ext4", 1L << 40, 1_000_000);

    public FileFacts Folder { get; set; } = new(Me, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, true);

    public FileFacts? File { get; set; }

    public LockFacts Locks { get; set; } = new(true, true);

    public uint? User { get; set; } = Me;

    public long? OpenFileLimit { get; set; } = 1024;

    public FileSystemFacts FileSystemOf(string folder) => Directory.Exists(folder)
        ? FileSystem : throw new DirectoryNotFoundException(folder);

    public FileFacts? FileOf(string path) => System.IO.File.Exists(path) ? File ?? Folder : Folder;

    public LockFacts TryLocks(string folder) => Locks;
}
