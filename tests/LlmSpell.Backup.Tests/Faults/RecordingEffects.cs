using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>Does on the disk what it is told, and writes down each change in the order in which they happened. Thread-safe.</summary>
internal sealed class RecordingEffects(string root) : IFileEffects
{
    private readonly Lock _guard = new();
    private readonly List<FileStep> _steps = [];
    private readonly ConditionalWeakTable<SafeFileHandle, object> _files = [];
    private int _created;

    /// <summary>What was done so far.</summary>
    internal IReadOnlyList<FileStep> Steps
    {
        get
        {
            lock (_guard)
            {
                return [.. _steps];
            }
        }
    }

    public SafeFileHandle Create(string path)
    {
        lock (_guard)
        {
            SafeFileHandle file = DiskEffects.Instance.Create(path);
            _files.Add(file, _created);
            _steps.Add(new FileStep.CreateFile(_created, Relative(path)));
            _created++;
            return file;
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_guard)
        {
            DiskEffects.Instance.Write(file, bytes, offset);
            _steps.Add(new FileStep.Write(NumberOf(file), offset, bytes.ToArray()));
        }
    }

    public void Flush(SafeFileHandle file)
    {
        lock (_guard)
        {
            DiskEffects.Instance.Flush(file);
            _steps.Add(new FileStep.FlushFile(NumberOf(file)));
        }
    }

    public bool TryRename(string from, string to)
    {
        lock (_guard)
        {
            bool done = DiskEffects.Instance.TryRename(from, to);
            if (done)
            {
                _steps.Add(new FileStep.Rename(Relative(from), Relative(to)));
            }

            return done;
        }
    }

    public void Delete(string path)
    {
        lock (_guard)
        {
            DiskEffects.Instance.Delete(path);
            _steps.Add(new FileStep.Delete(Relative(path)));
        }
    }

    public void CreateFolder(string path)
    {
        lock (_guard)
        {
            DiskEffects.Instance.CreateFolder(path);
            _steps.Add(new FileStep.CreateFolder(Relative(path)));
        }
    }

    public void FlushFolder(string path)
    {
        lock (_guard)
        {
            DiskEffects.Instance.FlushFolder(path);
            _steps.Add(new FileStep.FlushFolder(Relative(path)));
        }
    }

    private int NumberOf(SafeFileHandle file) =>
        _files.TryGetValue(file, out object? number) ? (int)number : throw new InvalidOperationException("The file was not made by these effects.");

    private string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');
}
