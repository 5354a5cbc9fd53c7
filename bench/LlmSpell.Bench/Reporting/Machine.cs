using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>What the measurements ran on.</summary>
internal sealed record Machine(string Processor, int Cores, long MemoryBytes, string System, string Kernel, string FileSystem)
{
    internal static Machine Read(string folder) => new(
        Field("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Field("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? "unknown system",
        KernelOf(),
        FileSystemOf(folder));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, {MemoryBytes / (double)(1 << 30):0.0} GiB of memory, {System}, {Kernel}, {FileSystem}");

    private static string? Field(string file, string name, char separator) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim()
            : null;

    private static string KernelOf()
    {
        const string release = "/proc/sys/kernel/osrelease";
        return File.Exists(release) ? "Linux " + File.ReadAllText(release).Trim() : RuntimeInformation.OSDescription;
    }

    // DriveInfo knows the mount point's format only where the folder is one itself; the longest mount point above it counts.
    private static string FileSystemOf(string folder) => DriveInfo.GetDrives()
        .Where(drive => (folder + "/").StartsWith(drive.Name.EndsWith('/') ? drive.Name : drive.Name + "/", StringComparison.Ordinal))
        .MaxBy(static drive => drive.Name.Length)?.DriveFormat ?? "unknown file system";
}
