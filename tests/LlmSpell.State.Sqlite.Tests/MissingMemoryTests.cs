using System.Diagnostics;
using System.Globalization;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>A process to which the system gives no more of something: what it lacks costs time, and no save.</summary>
public sealed class MissingMemoryTests : IDisposable
{
    // The log is copied every 3,000 saves, about.
    private const int SavesBefore = 5_000;
    private const int Saves = 15_000;

    // From the moment on that the file FLAG is there.
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <pthread.h>
        #include <unistd.h>

        int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
        {
            int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
            return THREADS && access(FLAG, F_OK) == 0 ? EAGAIN : next(thread, attributes, start, argument);
        }

        void *malloc(size_t size)
        {
            static void *(*next)(size_t);
            if (!next) next = dlsym(RTLD_NEXT, "malloc");
            return size == MEMORY && access(FLAG, F_OK) == 0 ? 0 : next(size);
        }
        """;

    private readonly StoreFolder _folder = new();

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    /// <param name="lacksThreads">Whether no thread can be made.</param>
    /// <param name="lacksMemory">Of which length no piece can be had: that in which a checkpoint puts pages together.</param>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, Files.IoMethods.MaxBytes)]
    [InlineData(true, Files.IoMethods.MaxBytes)]
    public void The_log_is_copied_and_each_save_is_acknowledged(bool lacksThreads, int lacksMemory)
    {
        Directory.CreateDirectory(_folder.Path);
        string flag = Path.Combine(_folder.Path, "flag");
        using (var worker = Worker.With(Compile(flag, lacksThreads, lacksMemory), "sqlite", "save", _folder.Path, "s"))
        {
            for (int i = 0; i < Saves; i++)
            {
                Assert.Equal(i.ToString(CultureInfo.InvariantCulture), worker.Read());
                if (i == SavesBefore)
                {
                    File.WriteAllText(flag, "");
                }
            }

            Assert.InRange(new FileInfo(_folder.File + "-wal").Length, 0, 160L << 20);
        }

        using SqliteBackend backend = _folder.Open();
        Assert.InRange(backend.ReadStatus().Entries, Saves, int.MaxValue);
        StoreContent.Check(backend);
    }

    private string Compile(string flag, bool lacksThreads, int lacksMemory)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs LD_PRELOAD");
        string source = Path.Combine(_folder.Path, "missing.c");
        string library = Path.Combine(_folder.Path, "missing.so");
        File.WriteAllText(source, Source);
        ProcessStartInfo start = new(
            "gcc",
            [$"-DFLAG=\"{flag}\"", $"-DTHREADS={(lacksThreads ? 1 : 0)}", $"-DMEMORY={lacksMemory}", "-shared", "-fPIC", "-o", library, source, "-ldl"]);
        try
        {
            using Process compiler = Process.Start(start)!;
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs gcc");
        }

        return library;
    }
}
