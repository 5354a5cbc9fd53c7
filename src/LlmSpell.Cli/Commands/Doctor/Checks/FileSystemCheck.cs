namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether state and backups lie on file systems that keep what they promise.</summary>
internal sealed class FileSystemCheck : IDoctorCheck
{
    // The names that .NET gives, from the numbers of statfs(2).
    private static readonly HashSet<string> Network = new(
        ["nfs", "nfs4", "cifs", "smb", "smb2", "smbfs", "smb3", "v9fs", "9p", "afs", "coda", "ceph", "gfs", "gfs2", "ocfs2", "lustre", "ncp", "novell", "vboxfs", "fuse", "fuseblk"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Memory = new(["tmpfs", "ramfs"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Layered = new(["overlay", "overlayfs", "aufs"], StringComparer.OrdinalIgnoreCase);

    public string Name => "file-systems";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (!subject.Folders.Any())
        {
            findings.Skip("no folders are used");
            return Task.CompletedTask;
        }

        List<string> kinds = [];
        foreach ((string folder, string what) in subject.Folders)
        {
            string kind = subject.Machine.FileSystemOf(DoctorSubject.NearestFolder(folder)).Kind;
            kinds.Add($"{what} on {kind}");
            Examine(folder, what, kind, findings);
        }

        findings.Summary = string.Join(", ", kinds);
        return Task.CompletedTask;
    }

    private static void Examine(string folder, string what, string kind, Findings findings)
    {
        if (Network.Contains(kind))
        {
            findings.Warning(
                $"{folder}, the folder of the {what}, is on a file system of the network or of user space ({kind}), whose locks and flushes may not be what they say",
                what == "state"
                    ? "Keep the state on a local disk, one machine at a time; backups may go over the network."
                    : "Let one machine at a time make backups there, and validate them; or copy a local repository there.");
        }
        else if (Memory.Contains(kind))
        {
            findings.Warning($"{folder}, the folder of the {what}, is in memory ({kind}) and gone after a restart", "Set it to a folder on a disk.");
        }
        else if (Layered.Contains(kind))
        {
            findings.Warning(
                $"{folder}, the folder of the {what}, is in the layer of a container ({kind}) and goes away with it",
                "Mount a volume there, and set the folder to it.");
        }
    }
}
