namespace LlmSpell.Cli.Commands.Doctor.Machine;

/// <summary>What the doctor asks the operating system; a test puts another machine in its place.</summary>
internal interface IMachine
{
    /// <summary>The file system that a folder lies on; the folder exists.</summary>
    FileSystemFacts FileSystemOf(string folder);

    /// <summary>Who may do what with a file or folder that exists; null where the system does not say.</summary>
    FileFacts? FileOf(string path);

    /// <summary>The effective user; null where there is none.</summary>
    uint? User { get; }

    /// <summary>How many files this process may have open; null where it is not known or not limited.</summary>
    long? OpenFileLimit { get; }

    /// <summary>Tries both kinds of kernel locks with two handles on a file that it makes in the folder and deletes.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be made.</exception>
    LockFacts TryLocks(string folder);
}
