using LlmSpell.State.Files;

namespace LlmSpell.State.RocksDb.Files;

/// <summary>Writes the small files of a store whole: under another name first, flushed, then renamed.</summary>
internal static class StoreFile
{
    /// <summary>The name under which a file is written first.</summary>
    internal static string Temporary(string file) => file + ".new";

    /// <param name="file">The full path; replaced if it is there.</param>
    /// <param name="bytes">What it says.</param>
    /// <param name="flush">Whether it survives a power loss when this returns.</param>
    internal static void Write(string file, ReadOnlySpan<byte> bytes, bool flush)
    {
        string temporary = Temporary(file);
#pragma warning disable RS0030 // This is the helper that publishes the files of this store.
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
#pragma warning restore RS0030
        {
            try
            {
                RandomAccess.Write(handle, bytes, 0);
            }
            catch (ArgumentOutOfRangeException e) when (IoReason.IsTooLarge(e))
            {
                throw new IOException($"{temporary}: {IoReason.Of(e)}", e);
            }

            if (flush)
            {
                FileFlush.Flush(handle);
            }
        }

        File.Move(temporary, file, overwrite: true);
        if (flush)
        {
            FileFlush.FlushFolder(Path.GetDirectoryName(file)!);
        }
    }
}
