using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>
/// A file system as a power loss shows it: what was written into a file is safe once the file was flushed, what was done to a name once its
/// folder was, and of everything since then any part may be there or not. Not thread-safe.
/// </summary>
internal sealed class FileSystemModel
{
    private readonly Dictionary<int, Node> _files = [];
    private readonly Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _safeNames = new(StringComparer.Ordinal);

    internal void Apply(FileStep step)
    {
        switch (step)
        {
            case FileStep.CreateFile create:
                _names[create.Path] = _files[create.File] = new Node();
                break;
            case FileStep.Write write:
                _files[write.File].Write(write.Offset, write.Bytes);
                break;
            case FileStep.FlushFile flush:
                _files[flush.File].Flush();
                break;
            case FileStep.Rename rename:
                Assert.True(_names.Remove(rename.From, out Node? renamed));
                Assert.True(_names.TryAdd(rename.To, renamed));
                break;
            case FileStep.Delete delete:
                _names.Remove(delete.Path);
                break;
            case FileStep.CreateFolder folder:
                _names[folder.Path] = new Node();
                break;
            case FileStep.FlushFolder flush:
                foreach (string path in Changed().Where(path => FolderOf(path) == flush.Path).ToArray())
                {
                    Settle(_safeNames, path);
                }

                break;
            default:
                throw new InvalidOperationException($"Unknown step: {step}");
        }
    }

    /// <summary>The repository after a power loss now.</summary>
    /// <param name="namesKept">
    /// Whether the change of a name, which nothing has made safe yet, is there; it is given the path, and its number among those changes.
    /// </param>
    /// <param name="dataKept">Whether what was written and not flushed is there, but the second half of the last write.</param>
    internal MemoryStorage AfterPowerLoss(Func<string, int, bool> namesKept, bool dataKept)
    {
        Dictionary<string, Node> names = new(_safeNames, StringComparer.Ordinal);
        int number = 0;
        foreach (string path in Changed().Order(StringComparer.Ordinal).ToArray())
        {
            if (namesKept(path, number++))
            {
                Settle(names, path);
            }
        }

        MemoryStorage left = new();
        foreach ((string path, Node file) in names)
        {
            string folder = FolderOf(path);
            if (_files.ContainsValue(file) && names.ContainsKey(".") && (folder == "." || names.ContainsKey(folder)))
            {
                left.Files[path] = file.Content(dataKept);
            }
        }

        return left;
    }

    private IEnumerable<string> Changed() => _names.Keys.Union(_safeNames.Keys)
        .Where(path => _names.GetValueOrDefault(path) != _safeNames.GetValueOrDefault(path));

    private void Settle(Dictionary<string, Node> names, string path)
    {
        if (_names.TryGetValue(path, out Node? node))
        {
            names[path] = node;
        }
        else
        {
            names.Remove(path);
        }
    }

    private static string FolderOf(string path) =>
        path == "." ? ".." : path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : ".";

    private sealed class Node
    {
        private byte[] _written = [];
        private byte[] _safe = [];
        private long _whole;

        internal void Write(long offset, byte[] bytes)
        {
            _whole = offset + (bytes.Length / 2);
            Array.Resize(ref _written, Math.Max(_written.Length, (int)offset + bytes.Length));
            bytes.CopyTo(_written, offset);
        }

        internal void Flush()
        {
            _safe = [.. _written];
            _whole = _safe.Length;
        }

        internal byte[] Content(bool unsafeToo) => unsafeToo ? _written[..(int)_whole] : _safe;
    }
}
