using LlmSpell.Backup;
using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Opening;

/// <summary>A store in a temporary folder that only this user can look into, which goes away with it.</summary>
internal sealed class ScratchStore : IScratchStore
{
    private readonly string _folder;

    private ScratchStore(string folder, StateStore store)
    {
        _folder = folder;
        Store = store;
    }

    public StateStore Store { get; }

    /// <exception cref="StateStorageException">The temporary folder refuses.</exception>
    public static ScratchStore Open(TimeProvider clock)
    {
        string folder;
        try
        {
            folder = Directory.CreateTempSubdirectory("llmspell-scratch-").FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StateStorageException(
                $"cannot make a folder for a scratch state in {Path.GetTempPath()}: {IoReason.Of(error)}", "Set TMPDIR to a folder with room for a whole state.", error);
        }

        try
        {
            return new ScratchStore(folder, BackendFactory.OpenScratch(folder, clock));
        }
        catch
        {
            Remove(folder);
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            Store.Dispose();
        }
        finally
        {
            Remove(_folder);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StateStorageException($"cannot remove {folder}: {error.Message}", "Delete it: it holds a copy of the state.", error);
        }
    }
}
