namespace LlmSpell.State.Files;

/// <summary>A file in a folder that this user may not search: it looks like one that is not there.</summary>
internal static class HiddenFile
{
    internal static bool Is(string file)
    {
        try
        {
            _ = File.GetAttributes(file);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
